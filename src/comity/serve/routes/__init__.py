"""The routes of the pages and of the API, a module for each matter; `comity.serve.app` gathers them."""
