"""The pages. Each is a file that puts the shared parts in one order: input, variants, output, map, figures, save."""
