from . import story


def post_init_hook(env):
    """Let the shops count, carry and lose some money."""
    story.tell(env)
