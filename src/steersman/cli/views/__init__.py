"""What people and programs read: tables, JSON and YAML of what the actions returned."""
