"""A fleet's energy told as services."""


def public_services(energy_kwh: float, *, swap_share: float, kwh_per_swap: float | None) -> dict[str, float]:
    """Split energy taken at public stations into charging and swapping.

    ``charging = E (1 - s)`` in kWh and ``swapping = E s / q`` in swaps, so that charging + q swapping = E.

    Parameters
    ----------
    energy_kwh
        Energy ``E`` taken at public stations (kWh per day).
    swap_share
        Share ``s`` of it that is taken as swaps, 0 to 1.
    kwh_per_swap
        Energy ``q`` that one swap brings (kWh, positive); not needed when nothing is swapped.

    Returns
    -------
    dict
        Demand per day by service, in the unit of the service.
    """
    swaps = energy_kwh * swap_share / kwh_per_swap if kwh_per_swap is not None else 0.0
    return {"charging": energy_kwh * (1 - swap_share), "swapping": swaps}


def work_services(
    work: float,
    *,
    kwh: float | None,
    h2_kg: float | None,
    public_share: float,
    swap_share: float,
    kwh_per_swap: float | None,
) -> dict[str, float]:
    """What a fleet of one drive takes at public stations for its work.

    ``E = w e u`` kWh, split as in `public_services`, or ``H = w h u`` kg of hydrogen.

    Parameters
    ----------
    work
        Work ``w`` of the fleet per day, in vehicle-km or vehicle-hours.
    kwh, h2_kg
        Consumption ``e`` or ``h`` per km or hour of work; None for the drive that the fleet does not have.
    public_share
        Share ``u`` taken at public stations, 0 to 1.
    swap_share, kwh_per_swap
        As in `public_services`.

    Returns
    -------
    dict
        Demand per day by service, in the unit of the service.
    """
    services: dict[str, float] = {}
    if kwh is not None:
        services |= public_services(work * kwh * public_share, swap_share=swap_share, kwh_per_swap=kwh_per_swap)
    if h2_kg is not None:
        services["hydrogen"] = work * h2_kg * public_share
    return services
