"""How what is written in versions is saved and comes into force (S14), whatever it is: scripts, templates, materials."""
