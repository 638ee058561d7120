"""Names that people have, from many places: what the people of a world may be called."""

_GIVEN = """
Ada Adrian Agnes Ahmed Aisha Akira Albert Alejandra Alice Alma Amara Amelia Amina Anders Andrea Anika Anna Anton
Arjun Arthur Astrid Aurora Axel Beatrice Benjamin Bianca Bjorn Brigid Bruno Camila Carl Carmen Cecilia Chen
Chloe Clara Claudia Conrad Cora Dalia Daniel David Deborah Diego Dina Dmitri Dora Edgar Edith Eleanor Elena
Elias Elif Elin Ella Emil Emma Enzo Erik Esther Eva Ezra Farah Fatima Felix Fiona Florence Frances Freya Gabriel
Gemma George Gloria Grace Greta Gustav Hana Hannah Harold Hassan Hector Hedda Helen Henrik Hugo Ibrahim Ida Ines
Ingrid Irene Iris Isaac Isabel Ivan Jack Jacob James Jana Jasmine Javier Joan Johan Jonas Jorge Joseph Julia
June Kaito Karen Karim Katarina Keiko Kevin Khalid Kiran Klara Kofi Lars Laura Lea Leila Leo Liam Lidia Lin
Linnea Louis Lucas Lucia Lydia Magnus Maja Malik Marco Margaret Maria Marta Martin Matilda Maya Mei Mia Miguel
Mila Mina Mohamed Monica Nadia Naomi Nina Noah Nora Olga Oliver Omar Oscar Paula Pedro Peter Petra Philip Priya
Rafael Rania Ravi Rebecca Rita Robin Rosa Ruth Samir Samuel Sara Selma Sergio Signe Simon Sofia Stella Sven Tara
Teresa Theo Thomas Tilda Tobias Uma Valentina Vera Victor Vivian Walter Wanda Wei William Yara Yusuf Zainab Zoe
"""
_FAMILY = """
Abbott Abdi Aguilar Ahmadi Alvarez Amundsen Anand Andersen Arai Archer Arnold Bailey Baker Banerjee Barnes Bauer
Becker Bell Bennett Berg Bernard Bianchi Blake Bloom Bond Bowen Brandt Brooks Bruun Burke Burns Byrne Cabrera
Caldwell Carlsen Carter Castillo Chandra Chang Chavez Chen Christensen Clarke Cohen Colombo Conti Cooper Costa
Craig Cruz Dahl Dalton Das Davies Delgado Demir Diaz Dixon Doyle Drake Dubois Duncan Eriksen Esposito Evans
Farouk Farrell Ferrari Fischer Fleming Flores Foster Fournier Fox Franco Fraser Fujita Fuller Garcia Gardner
Garnier Gibson Girard Gomez Gordon Graham Grant Gray Greco Greene Griffin Gupta Haas Haddad Hagen Hahn Hansen
Harper Hart Hassan Hayes Henriksen Herrera Hill Hoffman Holm Holt Horvat Howard Hughes Hussein Ibsen Ito Ivanov
Iyer Jansen Jensen Johansen Jordan Joshi Kapoor Kaya Keller Kelly Khan Kim Klein Kovacs Kowalski Krause Kumar
Lambert Lang Larsen Laurent Lehmann Leone Lewis Lim Lind Lopez Lowe Lund Lynch Maier Malik Mancini Marino Marsh
Martel Martinez Mason Medina Mehta Mendes Meyer Miller Mills Mitchell Molina Moore Morales Moreau Moretti Morgan
Murphy Nagy Nair Nakamura Navarro Nelson Neumann Nguyen Nielsen Nolan Novak Oakley Okafor Olsen Ortega Osman
Owens Page Palmer Park Parker Patel Pereira Perry Petrov Pham Popov Porter Quinn Ramos Rao Reed Reyes Ricci
Rivera Roberts Rojas Romano Rossi Roth Rowe Russo Ryan Saito Salazar Santos Sato Schmidt Schneider Serrano Shah
Sharma Shaw Silva Singh Solberg Soto Stein Stone Strand Sullivan Suzuki Tanaka Taylor Thorsen Torres Tran Turner
Vargas Vega Vogel Wagner Walker Walsh Wang Ward Watson Weber Wells Werner West Wilson Winter Wolf Wong Wood
Yamada Yilmaz Young Zhang Ziegler Zimmer
"""

GIVEN_NAMES = tuple(_GIVEN.split())
"""Given names, in alphabetical order."""

FAMILY_NAMES = tuple(_FAMILY.split())
"""Family names, in alphabetical order."""
