"""What a page tells about readings and models: outputs with their maps, cautions, evidence, lengths and cards."""
