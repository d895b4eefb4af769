"""Run, supervise and connect an OpticsERP service."""
