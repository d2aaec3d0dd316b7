"""What a person gives to a page: texts, photos, tables, and the choices of how they are read."""
