"""What people write: one pydantic model a kind. The JSON Schemas are generated from these models."""
