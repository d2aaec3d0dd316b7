"""What a page tells about readings: their outputs and maps together, cautions, and evidence."""
