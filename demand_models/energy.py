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
