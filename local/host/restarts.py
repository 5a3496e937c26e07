"""When a dying worker takes the host with it."""

from dataclasses import dataclass

# azure-functions-host, WorkerConstants.WorkerRestartErrorIntervalThresholdInMinutes and
# RpcFunctionInvocationDispatcher.ErrorEventsThreshold, which is three for one worker process.
MEMORY_SECONDS = 30 * 60
MOST_DEATHS = 3


@dataclass(frozen=True, slots=True)
class Deaths:
    """The moments, in seconds, at which the worker died, each within half an hour of the one before."""

    at: tuple[float, ...] = ()

    def after(self, moment: float) -> "Deaths":
        """Return the deaths with one more; half an hour without any forgets those before it."""
        if self.at and moment - self.at[-1] > MEMORY_SECONDS:
            return Deaths((moment,))
        return Deaths((*self.at, moment))

    @property
    def too_many(self) -> bool:
        """Whether the host gives up on its worker and stops, for the platform to start a new host."""
        return len(self.at) >= MOST_DEATHS
