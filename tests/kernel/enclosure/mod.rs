mod definite;
