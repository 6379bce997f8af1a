"""What people write: one pydantic model for each kind. The JSON Schemas are generated from these models."""
