"""The pages of the admin: files on their way in, and contradictions about who a client is."""
