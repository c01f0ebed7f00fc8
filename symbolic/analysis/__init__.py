"""What a closed form tells: how it grows, what it takes to reach a total, and what differs between two models.

One idea a file; the documents that say it are in `*_page.py`.
"""
