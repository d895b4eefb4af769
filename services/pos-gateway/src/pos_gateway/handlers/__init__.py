"""What each route does: read the call, ask the service that owns the matter, show its answer."""
