"""Pure questions over a view, one folder each; instruments never import each other."""
