import sys

from abuse.command import main

sys.exit(main())
