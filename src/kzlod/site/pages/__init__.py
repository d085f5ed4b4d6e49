"""The pages of the site that are not those of one thing."""
