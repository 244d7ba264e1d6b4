"""Readers and writers of the formats staffs and machines use."""
