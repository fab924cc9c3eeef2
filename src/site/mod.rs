//! What is installed: components, themes and their parents, names → source files.
