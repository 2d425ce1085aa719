"""What survives the process: rooms, sanctions, the audit, chat, reports."""
