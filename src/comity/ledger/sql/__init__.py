"""The calculus in SQL: fact rows in tables, and the steps that decide an ask from them."""
