curl -X POST http://localhost:7860/logout \
  -b cookies.txt
