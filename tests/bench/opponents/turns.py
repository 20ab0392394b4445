"""Cases turn by turn: never do two of the programs run at once."""

import time

from opponents.program import Mha
from opponents.worker import LIBRARIES, Worker

LONG = 30  # seconds; a case that has taken longer has had rounds enough


class Players:
    """mha and the opponents at one number of threads. A player that fails is out of the case: notes say why."""

    def __init__(self, mha, threads):
        self.players, self.notes, self.threads = {"mha": Mha(mha)}, [], threads
        for library in LIBRARIES:
            try:
                self.players[library] = Worker(library, threads)
            except RuntimeError as error:
                self.notes.append(f"{library}: {error}")

    def attempt(self, name, case, work):
        """What work(player) gives, or nothing."""
        try:
            return work(self.players[name])
        except RuntimeError as error:
            if name == "mha":
                raise SystemExit(f"{case}: {error}")
            self.notes.append(f"{case}: {name}: {error}")
            return None

    def play(self, case, options):
        """Milliseconds, the least of the rounds, and form, by name; and how many rounds there were."""
        forms, times = {}, {}
        for name in self.players:
            failures = len(self.notes)
            forms[name] = self.attempt(name, case, lambda player: player.prepare(case, options.seconds))
            if len(self.notes) == failures:
                times[name] = []
        begin, rounds = time.perf_counter(), 0
        while rounds < options.rounds and (rounds < 2 or time.perf_counter() - begin < LONG):
            rounds += 1
            for name in list(times):
                taken = self.attempt(name, case, lambda player: player.time(options.seconds))
                if taken is None:
                    del times[name]
                else:
                    times[name].append(taken)
        best = {name: {"ms": min(taken), "form": forms[name]} for name, taken in times.items()}
        return {"rounds": rounds, "programs": best}

    def close(self):
        for player in self.players.values():
            if isinstance(player, Worker):
                player.close()
