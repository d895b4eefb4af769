"""Messages, subjects and streams of OpticsERP: the only place where a subject is spelled."""
