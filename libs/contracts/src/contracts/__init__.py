"""Messages, subjects and streams of OpticsERP."""
