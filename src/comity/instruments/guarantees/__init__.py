"""What binds us: for an event, which article binds whom to what towards whom, and what is unknown."""
