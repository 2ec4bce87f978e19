"""How well demand is predicted, on real data that lies beside the checkout; one command per city."""
