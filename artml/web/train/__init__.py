"""The page Train, part by part: choosing, what was found, watching, decisions, and what is in service."""
