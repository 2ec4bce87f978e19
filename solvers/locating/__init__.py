"""What choosing p sites comes back to: covers of all points, and exchanges of an open site for a closed one."""
