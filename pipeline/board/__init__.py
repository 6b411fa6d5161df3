"""What the editorial board sees and decides: the digest, decisions, publication."""
