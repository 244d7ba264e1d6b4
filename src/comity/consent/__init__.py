"""The calculus of consent: an ask over facts gives a verdict with its proof."""
