"""What everything that runs stands on: clocks, the timer, figures, writes that wait."""
