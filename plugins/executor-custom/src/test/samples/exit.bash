handler() { exit 3; }
