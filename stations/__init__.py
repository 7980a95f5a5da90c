"""The door: stations that people on duty scan with, what cards say, and the queue of scans."""
