out float seen;
void main() { seen = 1.0; }
