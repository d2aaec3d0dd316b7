"""Files that a page saves, and opens again."""
