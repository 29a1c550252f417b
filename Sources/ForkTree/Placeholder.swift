// Holds the room open until its first type lands.
