"""The daily report to the Steering Committee: counted, told in sentences, laid out, printed."""
