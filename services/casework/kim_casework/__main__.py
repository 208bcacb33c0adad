"""kim-casework web | courier | migrate | check | parked"""

from kim_service.command_line import main

from kim_casework.service import SERVICE

if __name__ == "__main__":
    main(SERVICE)
