"""Changes of modules and flows that are written down, so that each can be taken back."""

from solvers.compiled import compiled
from solvers.joint.network import Net


@compiled
def link(net: Net, k: int, c: int, p: int) -> None:
    """Put a pair at the head of the lists of its set and its pool."""
    pair = net.pairs[k]
    pair.set_next, pair.set_last = net.sets[c].head, -1
    pair.pool_next, pair.pool_last = net.pools[p].head, -1
    if pair.set_next >= 0:
        net.pairs[pair.set_next].set_last = k
    if pair.pool_next >= 0:
        net.pairs[pair.pool_next].pool_last = k
    net.sets[c].head = net.pools[p].head = k


@compiled
def unlink(net: Net, k: int, c: int, p: int) -> None:
    """Take a pair out of the lists of its set and its pool."""
    pair = net.pairs[k]
    if pair.set_last >= 0:
        net.pairs[pair.set_last].set_next = pair.set_next
    else:
        net.sets[c].head = pair.set_next
    if pair.set_next >= 0:
        net.pairs[pair.set_next].set_last = pair.set_last
    if pair.pool_last >= 0:
        net.pairs[pair.pool_last].pool_next = pair.pool_next
    else:
        net.pools[p].head = pair.pool_next
    if pair.pool_next >= 0:
        net.pairs[pair.pool_next].pool_last = pair.pool_last


@compiled
def relist(net: Net) -> None:
    """Make the lists of pairs with flow anew."""
    for c in range(len(net.sets)):
        net.sets[c].head = -1
    for p in range(len(net.pools)):
        net.pools[p].head = -1
    for k in range(len(net.pairs) - 1, -1, -1):
        if net.pairs[k].flow > 0.0:
            link(net, k, net.pairs[k].set, net.pool_of[k])
    net.now[0].size = 0


@compiled
def place(net: Net, k: int, flow: float) -> None:
    """Set the flow of a pair; what it leaves to its set and its pool is not touched."""
    pair = net.pairs[k]
    old, c, p = pair.flow, pair.set, net.pool_of[k]
    pair.flow = flow
    net.now[0].value += net.sets[c].worth * (flow - old)
    for at in range(net.spans[c].track, net.spans[c + 1].track):
        net.tracked[net.tracks[at].tracked].total += net.tracks[at].unit * (flow - old)
    if old == 0.0 and flow > 0.0:
        link(net, k, c, p)
    elif old > 0.0 and flow == 0.0:
        unlink(net, k, c, p)


@compiled
def shift(net: Net, k: int, units: float) -> None:
    """Add units to (or take them from) the flow of a pair."""
    c, p = net.pairs[k].set, net.pool_of[k]
    entry = net.journal[net.now[0].size]
    entry.what = k
    entry.one, entry.two, entry.three = net.pairs[k].flow, net.sets[c].left, net.pools[p].room
    net.now[0].size += 1
    net.sets[c].left -= units
    net.pools[p].room -= units
    place(net, k, net.pairs[k].flow + units)


@compiled
def cover(net: Net, o: int, change: int) -> None:
    """Count an option in (or out of) the sets that draw nothing."""
    for at in range(net.options[o].cover, net.options[o + 1].cover):
        c = net.covers[at].set
        was = net.sets[c].open > 0
        net.sets[c].open += change
        if was == (net.sets[c].open > 0):
            continue
        row = net.rows[net.spans[c].row]
        met = row.missing == 0
        row.missing += 1 if was else -1
        if met != (row.missing == 0):
            sign = -1.0 if met else 1.0
            net.now[0].value += sign * row.gain
            for on in range(net.spans[c].track, net.spans[c + 1].track):
                net.tracked[net.tracks[on].tracked].total += sign * net.tracks[on].unit


@compiled
def build(net: Net, o: int, modules: int) -> None:
    """Set an option's modules in the limit rows, the covers and the objective; its pools are not touched."""
    option = net.options[o]
    opening = (1 if modules > 0 else 0) - (1 if option.modules > 0 else 0)
    added = modules - option.modules
    for at in range(option.rule, net.options[o + 1].rule):
        rule = net.rules[at]
        net.limits[rule.limit].use += opening * rule.opened + added * rule.module
    net.now[0].value += opening * option.opened + added * option.module
    option.modules = modules
    if opening != 0:
        cover(net, o, opening)


@compiled
def set_modules(net: Net, o: int, modules: int) -> None:
    """Set an option's modules; a pool's room may turn negative."""
    n, added = net.now[0].size, modules - net.options[o].modules
    for p in range(net.options[o].pool, net.options[o + 1].pool):
        net.journal[n].what = -1 - p
        net.journal[n].one = net.pools[p].room
        # A closed pool has no room at all, not even by a rounding error.
        net.pools[p].room = net.pools[p].room + net.pools[p].capacity * added if modules > 0 else 0.0
        n += 1
    net.journal[n].what = -1 - len(net.pools) - o
    net.journal[n].one = net.options[o].modules
    net.now[0].size = n + 1
    build(net, o, modules)


@compiled
def undo(net: Net, size: int, value: float) -> None:
    """Take back everything since the journal had a size and the objective a value."""
    n_pools = len(net.pools)
    for n in range(net.now[0].size - 1, size - 1, -1):
        entry = net.journal[n]
        k = entry.what
        if k >= 0:
            net.sets[net.pairs[k].set].left = entry.two
            net.pools[net.pool_of[k]].room = entry.three
            place(net, k, entry.one)
        elif k >= -n_pools:
            net.pools[-1 - k].room = entry.one
        else:
            build(net, -1 - n_pools - k, int(entry.one))
    net.now[0].size = size
    net.now[0].value = value
