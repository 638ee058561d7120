"""The reader: from words, tools and observations alone to calls and answers, as proof that the words suffice."""
