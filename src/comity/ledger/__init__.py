"""The ledger: signed facts that are added and never changed, and the views made from them."""
