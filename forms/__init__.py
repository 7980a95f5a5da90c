"""What people type: text, telephone numbers, days; the fields and pages of forms."""
