"""What a function gives in a fork of this process."""

import multiprocessing


def in_a_fork(work, seconds=60):
    """The value of `work()` in a forked process, which is killed if it does not come to an end."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(work()), daemon=True)
    child.start()
    child.join(seconds)
    if child.exitcode is None:
        child.kill()
        child.join()
    assert child.exitcode == 0
    return answers.get()
