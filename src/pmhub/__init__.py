"""pmhub keeps a product's plan true in every tool it lives in."""
