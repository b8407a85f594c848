"""The archive as JSON for other programs: `/api/v1`, described at `/api/v1/openapi.json`."""
