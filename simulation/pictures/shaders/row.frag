flat in float row;
out float seen;
void main() { seen = row; }
