"""One thin file for each page: what differs between them. Their common order is in `page.py`."""
