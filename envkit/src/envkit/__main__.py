"""`python -m envkit FOLDER...` serves environments over HTTP."""

from envkit.serve import host_main

if __name__ == "__main__":
    host_main()
