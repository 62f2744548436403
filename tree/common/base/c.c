struct one {
	int b;
};
